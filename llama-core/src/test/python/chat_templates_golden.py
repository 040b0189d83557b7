"""Writes jinja2.golden.json: chat templates and expressions as Jinja2 renders them.

usage: python3 chat_templates_golden.py > ../resources/io/github/llamaspring/core/chat/jinja2.golden.json
needs: pip install jinja2 (made with 3.1.6)
"""
import json
import sys

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

T={}
T['smollm2']="{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
T['chatml']="{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
T['llama2']="{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
T['llama3']="{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
T['mistral']="{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token + ' ' }}{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
T['mistral-v3']="""{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}

{{- bos_token }}
{%- for message in loop_messages %}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('After the optional system message, conversation roles must alternate user/assistant/user/assistant/...') }}
    {%- endif %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported, with the exception of an initial optional system message!") }}
    {%- endif %}
{%- endfor %}
"""
T['zephyr']="""{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>
'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""
T['qwen2.5']="""{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'You are Qwen, created by Alibaba Cloud. You are a helpful assistant.' }}
    {%- endif %}
    {{- "\\n\\n# Tools\\n\\nYou may call one or more functions to assist with the user query.\\n\\nYou are provided with function signatures within <tools></tools> XML tags:\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools>\\n\\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\\n<tool_call>\\n{\\"name\\": <function-name>, \\"arguments\\": <args-json-object>}\\n</tool_call><|im_end|>\\n" }}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- if message.content %}
            {{- '\\n' + message.content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- message.content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
T['llama3.1-like']="""{{- bos_token }}
{%- if not tools_in_user_message is defined %}
    {%- set tools_in_user_message = true %}
{%- endif %}
{%- if not date_string is defined %}
    {%- set date_string = "26 Jul 2024" %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- This block extracts the system message, so we can slot it into the right place. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}

{#- System message #}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}

{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable and message.content is not string %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""
T['think-split']="""{%- set ns = namespace(found=false, last='') -%}
{%- for message in messages -%}
{%- if message.role == 'assistant' and '</think>' in message.content -%}
{%- set content = message.content.split('</think>')[-1].lstrip('\\n') -%}
{%- set ns.found = true -%}
{%- else -%}
{%- set content = message.content -%}
{%- endif -%}
<{{ message.role | upper }}>{{ content }}{{ ' ' ~ loop.index ~ '/' ~ loop.length }}
{%- set ns.last = message.role -%}
{%- endfor -%}
{{ '!' if ns.found else '?' }}{{ ns.last }}
"""
T['misc']="""{% macro wrap(role, text) %}[{{ role }}|{{ text | trim }}]{% endmacro %}
{# a comment #}
{% for m in messages %}
  {{ wrap(m.role, m['content']) }}
{% endfor %}
{{ messages | length }} {{ messages | map(attribute='role') | join(',') }}
{{ (messages | selectattr('role', 'equalto', 'user') | list | length) }} {{ messages[-1].role.startswith('us') }} {{ messages[0].content | tojson }}
{{ 7 // 2 }} {{ 7 % 3 }} {{ 1.5 + 1 }} {{ [1, 'b', true, none] | tojson }} {{ undefined_thing }}|{{ not_there is defined }}
{%- raw %} {{ raw }}{% endraw %}
{{ messages[0].role[0] | upper }}{{ messages[0].role[1:] }} {{ messages[::-1][0].role }} {{ "x" in "xyz" }} {{ 'yes' if messages else 'no' }}
"""
S={'role':'system','content':'Be brief.'};U=lambda s:{'role':'user','content':s};A=lambda s:{'role':'assistant','content':s};O=lambda s:{'role':'tool','content':s}
C=[[U('Hi')],[S,U('Hi')],[U(' Hi \n'),A(' Hello! '),U('Más? "quoted" \\ back')],[S,U('{{ 7*7 }} {% if %} {# x #}'),A('<think>a</think>\n\nyes'),U("it's <b>&amp; ok</b>\n\n")],[S,A('x'),U('y')],[U('a'),U('b')],[U('t'),A(''),O('{"r": 1}'),O('2'),A('done')],[U('')],[S,U(' \n')],[U('日本語 👩‍👧\u00a0\t')]]

# What chat templates are made of. Ours must render the same or refuse. Left out is what Jinjava cannot tell
# apart: undefined and none, tuples and lists.
EXPRESSIONS = r'''
messages[0].content | nosuch
messages[0].content is nosuch
nosuch(1)
messages[0].nosuch
'a' + messages[0].nosuch
'a' ~ messages[0].nosuch
messages[9]
messages[0]['role'] == 'user'
undefinedthing is defined
undefinedthing is string
none is none
1 is number
true is boolean
'a' is string
[] is sequence
{} is mapping
messages is iterable
'abc' is iterable
'abc'[0]
'abc'[-1]
'abc'[1:]
'abc'[:1]
'abc'[:-1]
'abc'[-2:]
'abc'[::-1]
'abc'[::2]
messages[1:] | length
messages[:-1] | length
messages[-1:] | length
messages[::2] | length
7 / 2
8 / 2
7 // 2
-7 // 2
-7 % 3
7 % -3
2 ** 3
1 + 2.0
1.0
10 * 1.5
1 == 1.0
'1' == 1
'1' + 1
1 ~ 1
'a' * 3
[1] * 2
[1] + [2]
[1, 2]
{'a': 1}
{'a': [1, none, true, 'x"y', "it's"]}
[1,2] | join(', ')
[1,2] | join
'a b' | title
"they're here" | title
'a b' | capitalize
'HELLO World' | capitalize
'x' | upper
'abc' | first
'abc' | last
'abc' | list
'abc' | reverse
[1,2,3] | reverse | list
[3,1,2] | sort
['b','A','c'] | sort
['b','A','c'] | sort(reverse=true)
[1,1,2] | unique | list
'abc' | length
'abc' | count
undefinedthing | length
undefinedthing | default('d')
'' | default('d')
'' | default('d', true)
undefinedthing | d('q')
true
false
true | string
not true
not ''
not []
not none
1 and 2
0 or 'x'
'' or 'y'
'a' and 'b'
1 < 2 < 3
1 in [1,2]
'k' in {'k': 1}
'x' not in 'abc'
'a' if false
'a' if false else 'b'
'a' if undefinedthing else 'b'
(1, 2)[0]
range(3) | list
range(1, 7, 2) | list
'%s-%s' | format(1, 2)
'%s' % 'a'
'a,b'.split(',')
' a  b '.split()
'a,b,c'.split(',', 1)
'a,b,c'.rsplit(',', 1)
'abc'.replace('b', 'x')
'aaa'.replace('a', 'b', 2)
'abc'.find('c')
'abc'.index('c')
'abc'.startswith('a')
'abc'.startswith(('a','b'))
'abc'.endswith('c')
'abc'.upper()
'abc'.title()
'abc'.isalpha()
'12'.isdigit()
'abc'.count('b')
'-'.join(['a','b'])
' abc '.strip()
'xxabcxx'.strip('x')
'xxabc'.lstrip('x')
'abc'.zfill(5)
'abc'.center(9)
'abc'.format(1)
'{}'.format(1)
'a\nb'.splitlines()
'abc'.removeprefix('a')
'abc'.removesuffix('c')
{'a':1}.keys() | list
{'a':1}.values() | list
{'a':1}.get('a')
{'a':1}.get('b', 'z')
{'b':1,'a':2} | dictsort
{'a':1}['a']
{'a':1}.a
{'a':{'b':2}}.a.b
messages | map(attribute='role') | list
['a','b'] | map('upper') | list
messages | selectattr('role', '==', 'user') | list | length
messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | first
messages | rejectattr('role', 'equalto', 'user') | list | length
[1,2,3] | select('odd') | list
[1,2,3] | select('>', 1) | list
[1,2,3] | reject('odd') | list
[1,2,3] | sum
[1,2,3] | max
[1,2,3] | min
[1,2,3] | batch(2) | list
[1,2,3] | first
'a' | tojson
{'a': 1, 'b': [1,2]} | tojson
{'a': 1} | tojson(indent=2)
"é<>&'" | tojson
1.5 | tojson
'a' | indent(2)
'a\nb' | indent(2)
'a\nb' | indent(2, true)
'a\nb' | indent(width=4)
'<a>' | escape
'<a>' | e
'<a>' | safe
'  x ' | trim
'xxaxx' | trim('x')
'abc' | replace('b', 'x')
'aaa' | replace('a', 'b', 1)
'3' | int
'x' | int
'x' | int(5)
'3.5' | float
3.7 | int
3.14159 | round(2)
3.5 | round
-3 | abs
'a b c' | wordcount
'abc' | truncate(2)
'<b>x</b>' | striptags
'a' | string
5 | string
1000000 * 1000000 * 1000000
123456789012345678901234567890
1e3
1_000
0.1 + 0.2
'a' 'b'
'tab\there'
'q\'q'
"q\"q"
'back\\slash'
'uni\u00e9'
'hex\x41'
messages[0].role.upper() ~ '!'
messages[0]['role'][0]
messages[0].keys() | list
messages[0]
messages | length > 1
messages | tojson
(messages | length) - 1
messages | length - 1
-1 | abs
not 1 == 2
1 if 1 is odd else 2
3 is divisibleby 3
3 is divisibleby(3)
'a' is in ['a']
'A' is upper
'a' is lower
1 is eq 1
1 is even
2 is not even
1 is integer
1.0 is float
messages is sequence
messages[0] is mapping
raise_exception is callable
namespace(a=1).a
dict(a=1)
dict(a=1).a
tools is none
bos_token
bos_token is defined
messages[0] == messages[0]
messages[0].content[0:1]
'x' < 'y'
'a' == "a"
'abc' | map('upper') | join
'a-b' | replace('-', '') | upper
[[1,2],[3,4]] | map('first') | list
[{'a':1},{'a':2}] | sum(attribute='a')
[{'a':2},{'a':1}] | sort(attribute='a')
[{'a':2},{'a':1}] | map(attribute='a') | join(',')
'abc' | select('in', 'ab') | list
true and false
True
False
true == 1
[1,2] == [1,2]
{'a':1} == {'a':1}
'a' != 'b'
[] | first
[] | last
''.split(',')
'a' in messages[0].content
messages | groupby('role')
messages | last
messages[-1]['role']
messages[0].content.strip().split(' ') | first
(messages | first).role
[messages[0].role, 1] | join('-')
1 // 0
1 / 0
'é' | upper
'ß' | upper
'ŉ'.upper()
'ǆ'.title()
"a'b\"c"
["a'b\"c"]
['\n', '\u00e9', '\x7f']
100000000.0
strftime_now is defined
raise_exception is defined
not 'a' in 'abc'
not messages[0].role == 'user'
not messages[0].role != 'user'
not 'z' in messages[0].content and true
1 == '1' or 'x'
'''.strip('\n').split('\n')
STATEMENTS = r'''
{% for m in messages %}{{ loop.index }}{{ loop.cycle('a','b') }}{% endfor %}
{% for m in messages %}{{ loop.previtem.role }}{% endfor %}
{% for m in messages %}{{ loop.nextitem is defined }}{% endfor %}
{% for m in messages %}{{ loop.changed(m.role) }}{% endfor %}
{% for m in messages %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}
{% for m in messages %}{{ loop.revindex }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{% endfor %}
{% for m in messages %}{{ loop.nosuch }}{% endfor %}
{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}
{% for k, v in {'a': 1} | items %}{{ k }}{{ v }}{% endfor %}
{% for k in {'a': 1} %}{{ k }}{% endfor %}
{% for a, b in [[1, 2], [3, 4]] %}{{ a }}{{ b }}{% endfor %}
{% for c in 'abc' %}{{ c }}{% endfor %}
{% for c in undefinedthing %}{{ c }}{% endfor %}
{% for i in range(3) %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}
{% for i in range(3) %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% for m in messages recursive %}{{ m.role }}{% endfor %}
{% set x = 1 %}{% for i in range(2) %}{% set x = i %}{% endfor %}{{ x }}
{% set x %}abc{% endset %}{{ x }}
{% set x | upper %}abc{% endset %}{{ x }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}
{% set a, b = [1, 2] %}{{ a }}{{ b }}
{% set ns = namespace(n=0) %}{% for i in range(3) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}
{% set ns = namespace() %}{% set ns.a = 'x' %}{{ ns.a }}
{% macro f(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}{{ f(1, 2) }}{{ f(1, b=3) }}{{ f(a=5) }}
{% macro f(a) %}{{ a }}{% endmacro %}{{ f() }}|
{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1) | upper }}{{ f(1) ~ 'x' }}
{% macro f() %}{{ caller() }}{% endmacro %}{% call f() %}in{% endcall %}
{% filter upper %}abc{% endfilter %}
{% with a = 1 %}{{ a }}{% endwith %}
{% do messages.append(1) %}
{% block b %}x{% endblock %}
{% raw %} {{ x }} {% endraw %}|
{% raw %}{{ x }}{% endraw %}|
a{% raw -%} {{ x }} {%- endraw %}|
{% raw %}{% endraw %}|
  {% if true %}  x  {% endif %}  |
  {%- if true -%}  x  {%- endif -%}  |
a  {%+ if true %}x{% endif %}|
{% if false %}a{% elif true %}b{% else %}c{% endif %}
{% if undefinedthing %}a{% else %}b{% endif %}
{% if messages[0].role == 'user' and messages | length > 1 %}a{% else %}b{% endif %}
{% if not messages[0].x is defined %}a{% endif %}
{% if messages[0].x is not defined %}a{% endif %}
{% if 'x' in messages[0] and messages[0].x %}a{% else %}b{% endif %}
{% if messages[0].content is string %}a{% endif %}
{# c #}a{#- c -#} b
{{- 'x' -}} y
{{ 'x' }}  y
{{'a'}}{{"b"}}
{{ '{{' }}{{ '}}' }}
{{ '{%' }}{{ '%}' }}
{{ '{#' }}
{{ "a" if messages[0].role == "user" else "b" }}
{{ messages[0].content.split('x')[0] }}
{%- set ns = namespace(is_first=true, p='') -%}{%- for m in messages -%}{%- if m.role=='user' -%}{%- set ns.is_first = false -%}{%- endif -%}{%- endfor -%}{{ ns.is_first }}
{% set x = messages[0].content if messages[0].content is string else 'y' %}{{ x }}
{% for m in messages[1:] %}{{ m.role }}{{ loop.index0 }}{% endfor %}
{% for m in messages | selectattr('role','equalto','user') %}{{ m.content }}{% endfor %}
{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}
{% for m in [] %}x{% else %}e{% endfor %}
{% if true %}

x{% endif %}

y
{{ messages[0].content | trim | upper | replace('H', 'J') }}
{% set m = messages[0] %}{{ m['role'] + ': ' + m['content'] }}
{% set content = messages[0]['content'] %}{% if content is iterable and content is not string %}l{% else %}s{% endif %}
{{ raise_exception('no') }}
{% generation %}x{% endgeneration %}
{% set loop_messages = messages[1:] %}{{ loop_messages | length }}{% set messages = loop_messages %}{{ messages | length }}
{% import 'x' as y %}
{% unknowntag %}
{{ loop }}
{{ 1 }
{% set x = {} %}{{ x.y }}|
{% for i in [1,2] %}{% for j in [3] %}{{ loop.index }}{{ i }}{{ j }}{% endfor %}{{ loop.index }}{% endfor %}
{% set x = [] %}{% set x = x + ['a'] %}{{ x }}
{% set x = ['a'] %}{{ x.append('b') }}{{ x }}
{% set d = {} %}{% set _ = d.update({'a': 1}) %}{{ d }}
{%- macro m(x) -%}
  [{{ x }}]
{%- endmacro -%}
{{ m('q') }}
{% if messages|length == 3 %}three{% endif %}
{% if (messages[0].role == 'user') != (0 % 2 == 0) %}bad{% else %}ok{% endif %}
{% if loop is defined %}x{% endif %}y
{{ ('a' ~ 'b') | upper }}
{{ messages[0]["con" ~ "tent"] }}
{% for message in messages %}{% if not loop.last %}{{ message.role }}, {% endif %}{% endfor %}
{{ messages[(messages | length) - 1].role }}
{% set i = 0 %}{{ messages[i].role }}{{ messages[i + 1].role }}
{{ {'user': 'U', 'assistant': 'A'}[messages[0].role] }}
{{ ['a', 'b'][1] }}
{{ [1, 2, 3][1:] }}
{{ [1, 2, 3][-2:] }}
{{ [1, 2, 3][:-1] }}
{{ [1, 2, 3][::-1] }}
{{ "a\nb" | length }}
{{ 'a' if 1 else 'b' if 2 else 'c' }}
'''.strip('\n').split('\n')
TALK = [U('Hi there'), A('Yo'), U('bye x')]


class Raised(Exception):
    pass


def raise_exception(message):
    raise Raised(message)


def run(template, messages, prompt):
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=['jinja2.ext.loopcontrols'])
    env.filters['tojson'] = lambda value, **options: json.dumps(value, ensure_ascii=False, **options)
    env.globals['raise_exception'] = raise_exception
    env.globals['strftime_now'] = lambda pattern: pattern
    try:
        return {'rendered': env.from_string(template).render(messages=messages, add_generation_prompt=prompt,
                                                             bos_token='<s>', eos_token='</s>', tools=None)}
    except Raised as error:
        return {'error': str(error)}
    except Exception as error:  # every other failure must be one of ours, too
        return {'failed': type(error).__name__}


out = {'_': 'made by jinja2 %s: ImmutableSandboxedEnvironment, trim_blocks, lstrip_blocks, loopcontrols' % jinja2.__version__,
       'bos_token': '<s>', 'eos_token': '</s>', 'conversations': C,
       'templates': [{'name': name, 'template': text, 'results': [[run(text, c, p) for p in (False, True)] for c in C]}
                     for name, text in T.items()],
       'talk': TALK,
       'parts': [dict(template=t, **run(t, TALK, True)) for t in ['{{ ' + e + ' }}' for e in EXPRESSIONS] + STATEMENTS]}
json.dump(out, sys.stdout, ensure_ascii=False, indent=1)
