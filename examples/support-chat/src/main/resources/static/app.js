// The page of the support chat. Sections: words, small helpers, safe Markdown, server-sent events,
// model state, transcript, asking, moderation panel, start.

// ---------------------------------------------------------------- words

const LANGUAGES = ['en', 'de', 'pt', 'es', 'fr'];
let language = 'en';
let words = {};

function t(key, values = {}) {
	const text = words[key] ?? key;
	return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const has = (key) => Object.hasOwn(words, key);

function firstLanguage() {
	const wanted = [stored(localStorage, 'language'), ...navigator.languages];
	return wanted.map((tag) => (tag ?? '').slice(0, 2).toLowerCase()).find((tag) => LANGUAGES.includes(tag)) ?? 'en';
}

async function speak(wanted) {
	const response = await fetch(`i18n/${wanted}.json`);
	words = await response.json();
	language = wanted;
	document.documentElement.lang = wanted;
	$('language').value = wanted;
	for (const node of document.querySelectorAll('[data-i18n]')) {
		node.textContent = t(node.dataset.i18n);
	}
	for (const node of document.querySelectorAll('[data-i18n-label]')) {
		node.setAttribute('aria-label', t(node.dataset.i18nLabel));
	}
	for (const node of document.querySelectorAll('[data-i18n-code]')) {
		node.replaceChildren(...inline(t(node.dataset.i18nCode), []));
	}
}

const number = (value, digits = 0) => new Intl.NumberFormat(language, {
	minimumFractionDigits: digits, maximumFractionDigits: digits
}).format(value);
const megabytes = (bytes) => number(bytes / 1e6, 1);

// ---------------------------------------------------------------- small helpers

const $ = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text nodes, never markup. */
function el(name, attributes = {}, ...children) {
	const node = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		if (key === 'onclick') {
			node.addEventListener('click', value);
		} else if (value !== null && value !== undefined) {
			node.setAttribute(key, value);
		}
	}
	node.append(...children.filter((child) => child !== null && child !== undefined));
	return node;
}

const button = (label, onclick, quiet = true) => el('button', { type: 'button', class: quiet ? 'quiet' : null, onclick }, label);

// Storage may be switched off; the page works without it.
function stored(storage, key) {
	try {
		return storage.getItem(key);
	} catch {
		return null;
	}
}

function store(storage, key, value) {
	try {
		if (value) {
			storage.setItem(key, value);
		} else {
			storage.removeItem(key);
		}
	} catch {
		// nothing is lost but the memory of it
	}
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const calm = matchMedia('(prefers-reduced-motion: reduce)');

const post = (path, body, more = {}) => fetch(path, {
	method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), ...more
});

// ---------------------------------------------------------------- safe Markdown
// Redacted parts travel through the text as one private-use character each.

const FIRST_MARK = 0xe000;
const MARKS = /[\ue000-\uf8ff]/g;

/** Text with its redacted parts replaced by marks; `chips` gets a category for each. */
function marked(text, redactions, chips) {
	let result = '';
	let from = 0;
	const clean = (part) => part.replace(MARKS, '\ufffd');
	for (const { start, end, category } of [...(redactions ?? [])].sort((a, b) => a.start - b.start)) {
		if (start >= from) {
			result += clean(text.slice(from, start)) + String.fromCharCode(FIRST_MARK + chips.length);
			chips.push(category);
			from = end;
		}
	}
	return result + clean(text.slice(from));
}

function chip(category) {
	const known = has(`hidden.${category}`) ? t(`hidden.${category}`) : t('hidden.other', { category });
	return el('span', { class: 'redaction', tabindex: '0', 'data-tip': t('hidden.tip'), 'data-category': category }, known);
}

/** Text nodes and chips. */
function plain(text, chips) {
	return text.split(/([\ue000-\uf8ff])/).filter(Boolean).map((part) => {
		const category = part.length === 1 ? chips[part.charCodeAt(0) - FIRST_MARK] : undefined;
		return category === undefined ? document.createTextNode(part) : chip(category);
	});
}

/** Bold and code within a line. */
function inline(text, chips) {
	return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/).filter(Boolean).flatMap((part) => {
		if (part.length > 2 && part.startsWith('`') && part.endsWith('`')) {
			return [el('code', {}, ...plain(part.slice(1, -1), chips))];
		}
		if (part.length > 4 && part.startsWith('**') && part.endsWith('**')) {
			return [el('strong', {}, ...plain(part.slice(2, -2), chips))];
		}
		return plain(part, chips);
	});
}

/** Paragraphs, lists and code blocks: the sources of the blocks. */
function blocks(text) {
	const found = [];
	let fenced = false;
	let kind = null;
	for (const line of text.split('\n')) {
		const fence = line.startsWith('```');
		const next = fenced || fence ? 'code' : /^\s*[-*+] /.test(line) ? 'ul' : /^\s*\d+[.)] /.test(line) ? 'ol' : line.trim() ? 'p' : null;
		if (next === null) {
			kind = null;
		} else if (next !== kind || (fence && !fenced)) {
			found.push({ kind: next, lines: [line] });
			kind = next;
		} else {
			found.at(-1).lines.push(line);
		}
		if (fence) {
			fenced = !fenced;
			kind = fenced ? 'code' : null;
		}
	}
	return found;
}

function block({ kind, lines }, chips) {
	if (kind === 'code') {
		const body = lines.filter((line) => !line.startsWith('```')).join('\n');
		return el('pre', {}, el('code', {}, ...plain(body, chips)));
	}
	if (kind === 'p') {
		const parts = lines.flatMap((line, i) => [...(i ? [el('br')] : []), ...inline(line, chips)]);
		return el('p', {}, ...parts);
	}
	const items = lines.map((line) => el('li', {}, ...inline(line.replace(/^\s*([-*+]|\d+[.)]) /, ''), chips)));
	return el(kind, kind === 'ol' ? { start: parseInt(lines[0], 10) } : {}, ...items);
}

/** Shows Markdown; blocks that did not change keep their elements. */
function showMarkdown(node, text, chips) {
	const wanted = blocks(text);
	wanted.forEach((source, i) => {
		const key = source.kind + source.lines.join('\n');
		const old = node.children[i];
		if (old?.sourceKey !== key) {
			const fresh = block(source, chips);
			fresh.sourceKey = key;
			if (old) {
				old.replaceWith(fresh);
			} else {
				node.append(fresh);
			}
		}
	});
	while (node.children.length > wanted.length) {
		node.lastElementChild.remove();
	}
}

// ---------------------------------------------------------------- server-sent events over POST

async function* serverSentEvents(response) {
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	let buffer = '';
	for (;;) {
		const { done, value } = await reader.read();
		if (done) {
			return;
		}
		buffer += value;
		let end;
		while ((end = buffer.indexOf('\n\n')) >= 0) {
			const lines = buffer.slice(0, end).split('\n');
			buffer = buffer.slice(end + 2);
			const field = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
			if (field('data')) {
				yield { name: field('event'), data: JSON.parse(field('data')) };
			}
		}
	}
}

// ---------------------------------------------------------------- model state

let model = { state: 'UNKNOWN' };
let polling = null;

async function poll() {
	clearTimeout(polling);
	try {
		const response = await fetch('api/status', { cache: 'no-store' });
		if (!response.ok) {
			throw new Error(response.statusText);
		}
		model = await response.json();
	} catch {
		model = { ...model, state: 'LOST' };
	}
	showModel();
	if (model.state === 'READY') {
		sendWaiting();
	} else {
		polling = setTimeout(poll, model.state === 'FAILED' || model.state === 'LOST' ? 3000 : 500);
	}
}

function showModel() {
	if (model.shop) {
		$('shop').textContent = model.shop;
		document.title = `${model.shop} – ${t('support')}`;
	}
	if (model.policy) {
		const { id, version, hash } = model.policy;
		$('policy').replaceChildren(...inline(t('footer.policy', { id, version, hash: hash.slice(0, 12) }), []));
		$('policy').title = hash;
	}
	if ($('model')) {
		$('model').dataset.state = model.state;
		$('model-name').textContent = model.name ?? '';
		$('model-name').title = [model.name, model.kernel].filter(Boolean).join(' · ');
		const size = model.size > 0 ? `${megabytes(model.size)} MB · ` : '';
		setText($('model-state'), size + t(`state.${model.state}`));
		showNotice();
	}
}

// A live region must not speak when nothing changed.
function setText(node, text) {
	if (node.textContent !== text) {
		node.textContent = text;
	}
}

function showNotice() {
	const notice = $('notice');
	notice.hidden = model.state === 'READY' || model.state === 'UNKNOWN';
	if (notice.dataset.state !== model.state || notice.lang !== language) {
		notice.replaceChildren(el('h2', { id: 'notice-title' }, t(`notice.${model.state}`)));
		notice.dataset.state = model.state;
		notice.lang = language;
		if (model.state === 'FETCHING' || model.state === 'LOADING') {
			notice.append(el('progress', { max: '1', 'aria-labelledby': 'notice-title' }), el('p', { class: 'hint' }));
		} else if (model.state === 'FAILED') {
			notice.append(el('pre', {}, model.reason ?? ''), el('p', {}, ...inline(t('notice.fix'), [])));
		} else if (model.state === 'LOST') {
			notice.append(el('p', {}, t('notice.lostText')), button(t('again'), poll));
		}
	}
	const bar = notice.querySelector('progress');
	if (bar) {
		const fraction = model.state === 'FETCHING' ? (model.total > 0 ? model.bytes / model.total : null) : model.fraction;
		if (fraction === null) {
			bar.removeAttribute('value');
		} else {
			bar.value = fraction;
		}
		notice.querySelector('.hint').textContent = model.state === 'FETCHING' ? fetchWords() : `${number(100 * fraction)} %`;
	}
}

function fetchWords() {
	const parts = [model.total > 0 ? t('fetch.of', { done: megabytes(model.bytes), total: megabytes(model.total) }) : t('fetch.some', { done: megabytes(model.bytes) })];
	if (model.bytesPerSecond > 0) {
		parts.push(t('fetch.rate', { rate: megabytes(model.bytesPerSecond) }));
	}
	if (model.secondsLeft >= 0) {
		parts.push(t('fetch.left', { seconds: number(model.secondsLeft) }));
	}
	return parts.join(' · ');
}

// ---------------------------------------------------------------- transcript

let conversationId = stored(sessionStorage, 'conversation');

let follow = true;

function toEnd() {
	follow = true;
	$('scroll').scrollTop = $('scroll').scrollHeight;
}

/** Runs a change of the transcript and stays at the end if the reader was there. */
function atEnd(change) {
	change();
	if (follow) {
		toEnd();
	}
}

function message(kind) {
	const text = el('div', { class: 'text' });
	const node = el('div', { class: `message ${kind}` }, el('span', { class: 'sr' }, t(`who.${kind}`)), text);
	return { node, text };
}

function addOwn(text, redactions) {
	const { node, text: body } = message('own');
	const chips = [];
	body.append(...plain(marked(text, redactions, chips), chips));
	$('welcome').hidden = true;
	$('transcript').append(node);
	return node;
}

/** The bot's message: text that grows smoothly, a state line, sources, perhaps a card. */
class Answer {

	constructor() {
		Object.assign(this, message('bot'));
		this.stateNode = el('div', { class: 'state' });
		this.node.append(this.stateNode);
		this.chips = [];
		this.full = '';
		this.shown = 0;
		this.spoken = 0;
		this.frame = 0;
		this.ended = false;
		$('transcript').append(this.node);
	}

	add(text, redactions) {
		this.full += marked(text, redactions, this.chips);
		if (calm.matches || document.hidden) {
			this.show(this.full.length);
		} else if (!this.frame) {
			this.frame = requestAnimationFrame(() => this.step());
		}
		this.speak(false);
	}

	/** A part of the backlog each frame: released in lumps, it still reads as a flow. */
	step() {
		const backlog = this.full.length - this.shown;
		let next = this.shown + Math.max(1, Math.ceil(backlog / 12));
		if (/[\ud800-\udbff]/.test(this.full[next - 1] ?? '')) {
			next++;
		}
		this.show(next);
		this.frame = this.shown < this.full.length ? requestAnimationFrame(() => this.step()) : 0;
	}

	show(length) {
		this.shown = Math.min(length, this.full.length);
		atEnd(() => showMarkdown(this.text, this.full.slice(0, this.shown), this.chips));
	}

	/** Screen readers hear finished sentences. */
	speak(all) {
		const rest = this.full.slice(this.spoken);
		const end = all ? rest.length : Math.max(...['. ', '! ', '? ', '\n'].map((stop) => rest.lastIndexOf(stop))) + 1;
		if (end > 0) {
			const said = rest.slice(0, end).replace(MARKS, (mark) => chip(this.chips[mark.charCodeAt(0) - FIRST_MARK]).textContent);
			$('spoken').append(el('span', {}, said));
			this.spoken += end;
		}
	}

	state(...nodes) {
		atEnd(() => this.stateNode.replaceChildren(...nodes));
	}

	thinking(label) {
		const dots = el('span', { class: 'pulse', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'));
		this.state(dots, el('span', { class: label ? null : 'sr' }, label || t('thinking')));
	}

	end(...nodes) {
		this.ended = true;
		cancelAnimationFrame(this.frame);
		this.show(this.full.length);
		this.speak(true);
		this.state(...nodes);
	}

	append(node, said = node.textContent) {
		atEnd(() => this.node.append(node));
		if (this.full === '' && node.classList.contains('card')) {
			this.node.classList.add('bare');
		}
		$('spoken').append(el('span', {}, said));
	}

}

function categoryWords(category) {
	if (!category) {
		return '';
	}
	const known = has(`category.${category}`) ? t(`category.${category}`) : category;
	return known === category ? category : `${known} (${category})`;
}

/** What a person sees instead of an answer. */
function blockCard({ verdict, input }) {
	const care = verdict.category === 'U2.5';
	const card = el('div', { class: care ? 'card care' : 'card', role: 'note', 'data-category': verdict.category });
	card.append(el('h3', {}, t(care ? 'card.care' : input ? 'card.question' : 'card.answer')));
	card.append(el('p', { class: 'reason', lang: verdict.messageLanguage }, verdict.message ?? t('card.reason')));
	if (care) {
		card.append(el('p', {}, t('card.other')));
	}
	card.append(el('p', { class: 'why' }, t('card.category', { category: categoryWords(verdict.category ?? verdict.rule) })));
	if (!care) {
		card.append(el('p', {}, t('card.instead')), el('div', { class: 'help' }, ...suggestions().slice(0, 2)));
	}
	return card;
}

function suggestions() {
	return t('suggestions').split('|').map((text) => button(text, () => ask(text), false));
}

// ---------------------------------------------------------------- asking

let running = null;
let waiting = null;

const busy = () => running !== null || waiting !== null;

function showComposer() {
	$('send').classList.toggle('stop', busy());
	$('send-word').textContent = t(busy() ? 'stop' : 'send');
}

function grow() {
	const box = $('question');
	box.style.height = 'auto';
	box.style.height = `${box.scrollHeight + 2}px`;
}

function compose(text) {
	$('question').value = text;
	store(sessionStorage, 'draft', text);
	grow();
}

/** Asks; a question that is asked again keeps its bubble. */
function ask(text, own = null) {
	if (busy() || !text.trim()) {
		return;
	}
	const turn = { text, own: own ?? addOwn(text, []), answer: new Answer(), controller: new AbortController() };
	toEnd();
	store(sessionStorage, 'asked', text);
	if (model.state === 'READY' || model.state === 'UNKNOWN') {
		run(turn);
	} else {
		wait(turn);
	}
}

function wait(turn) {
	waiting = turn;
	turn.answer.thinking(t('waiting'));
	showComposer();
	poll();
}

function sendWaiting() {
	if (waiting) {
		const turn = waiting;
		waiting = null;
		run(turn);
	}
}

async function run(turn) {
	running = turn;
	turn.answer.thinking();
	turn.record = newRecord(turn.text);
	showComposer();
	try {
		const response = await post('api/chat', { conversationId, text: turn.text, language }, { signal: turn.controller.signal });
		if (response.ok) {
			for await (const { name, data } of serverSentEvents(response)) {
				handle(turn, name, data);
			}
		} else {
			failed(turn, await response.json().catch(() => ({ code: 'fault' })));
		}
		if (!turn.answer.ended && waiting !== turn) {
			lost(turn);
		}
	} catch {
		if (!turn.answer.ended) {
			lost(turn);
		}
	} finally {
		running = running === turn ? null : running;
		showComposer();
	}
}

function handle(turn, name, data) {
	if (turn.answer.ended) {
		return;
	}
	recordEvent(turn.record, name, data);
	switch (name) {
		case 'conversation':
			if (data.renewed) {
				turn.own.before(el('p', { class: 'note' }, t('renewed')));
			}
			conversationId = data.id;
			store(sessionStorage, 'conversation', data.id);
			break;
		case 'sources':
			turn.sources = data.sources;
			break;
		case 'queued':
			turn.answer.thinking(t('queued', { position: data.position }));
			break;
		case 'started':
			store(sessionStorage, 'asked', null);
			turn.answer.thinking();
			if (data.droppedTurns > 0) {
				turn.own.before(el('p', { class: 'note' }, t('dropped', { count: data.droppedTurns })));
			}
			if (data.input.redactions.length > 0) {
				const chips = [];
				turn.own.querySelector('.text').replaceChildren(...plain(marked(data.input.text, data.input.redactions, chips), chips));
			}
			break;
		case 'delta':
			if (turn.answer.full === '' && data.text) {
				turn.answer.state();
			}
			turn.answer.add(data.text, data.redactions);
			break;
		case 'blocked':
			store(sessionStorage, 'asked', null);
			turn.answer.end();
			turn.answer.append(blockCard(data));
			break;
		case 'completed':
			completed(turn, data);
			break;
		case 'error':
			failed(turn, data);
			break;
	}
}

function completed(turn, { finishReason }) {
	if (finishReason === 'cancelled') {
		stopped(turn);
		return;
	}
	if (finishReason === 'timeout') {
		keep(turn);
		turn.answer.node.dataset.ended = 'timeout';
		turn.answer.end(t(turn.answer.full === '' ? 'finish.slow' : 'finish.timeout'), again(turn));
		return;
	}
	const cut = has(`finish.${finishReason}`) ? [t(`finish.${finishReason}`)] : [];
	turn.answer.end(...(turn.answer.full === '' ? [t('finish.empty')] : cut));
	if (turn.sources?.length) {
		turn.answer.append(sourceList(turn.sources), `${t('sources')} ${turn.sources.map(({ name }) => name).join(', ')}`);
	}
}

/** Where the answer comes from; a text in another language than the page's says in which. */
function sourceList(sources) {
	const names = new Intl.DisplayNames([language], { type: 'language' });
	const items = sources.map((source) => el('li', {}, el('cite', { lang: source.language }, source.name),
		...(source.language === language ? [] : [` (${names.of(source.language)})`])));
	return el('div', { class: 'sources' }, el('p', {}, t('sources')), el('ul', {}, ...items));
}

function again(turn, label = t('again')) {
	return button(label, () => {
		turn.answer.node.remove();
		ask(turn.text, turn.own);
	});
}

function stopped(turn) {
	store(sessionStorage, 'asked', null);
	turn.answer.node.dataset.ended = 'stopped';
	turn.answer.end(t('stopped'), button(t('again'), () => ask(turn.text)));
}

/** A question without an answer is still there after a reload. */
function keep(turn) {
	if (turn.answer.full === '') {
		store(sessionStorage, 'asked', turn.text);
	}
}

function lost(turn) {
	keep(turn);
	turn.answer.node.dataset.ended = 'lost';
	turn.answer.end(t('lost'), again(turn));
}

function failed(turn, problem) {
	if (problem.code === 'not_ready') {
		running = null;
		model = { ...model, state: 'LOADING', fraction: model.fraction ?? 0 };
		wait(turn);
		return;
	}
	const { code, retryAfter } = problem;
	keep(turn);
	turn.answer.node.dataset.ended = code;
	if (code !== 'busy' && code !== 'turn_running') {
		turn.answer.end(has(`error.${code}`) ? t(`error.${code}`) : t('error.fault'), again(turn));
		return;
	}
	turn.answer.end();
	const words = el('span');
	turn.answer.state(words, again(turn));
	(async () => {
		for (let seconds = retryAfter ?? 2; seconds > 0 && words.isConnected; seconds--) {
			words.textContent = t('busy', { seconds });
			await pause(1000);
		}
		words.textContent = t('busyNow');
	})();
}

/** Stops the answer here at once; the closed connection and the call stop the engine. */
function stop() {
	const turn = running ?? waiting;
	if (!turn) {
		return;
	}
	if (waiting) {
		waiting = null;
		compose($('question').value || turn.text);
	} else if (conversationId) {
		post(`api/conversations/${conversationId}/cancel`, {}, { keepalive: true }).catch(() => {});
	}
	stopped(turn);
	turn.controller.abort();
	running = null;
	showComposer();
	$('question').focus();
}

async function restore() {
	compose(stored(sessionStorage, 'asked') || stored(sessionStorage, 'draft') || '');
	if (!conversationId) {
		return;
	}
	const response = await fetch(`api/conversations/${conversationId}`).catch(() => null);
	if (!response?.ok) {
		return;
	}
	for (const { role, text } of (await response.json()).messages) {
		const redactions = [...text.matchAll(/\[([A-Z][A-Z_]+?)(?:_\d+)?\]/g)]
			.filter((found) => has(`hidden.${found[1]}`))
			.map((found) => ({ start: found.index, end: found.index + found[0].length, category: found[1] }));
		if (role === 'user') {
			addOwn(text, redactions);
		} else if (role === 'assistant') {
			const { node, text: body } = message('bot');
			const chips = [];
			showMarkdown(body, marked(text, redactions, chips), chips);
			$('transcript').append(node);
		}
	}
	toEnd();
}

function fresh() {
	stop();
	if (conversationId) {
		fetch(`api/conversations/${conversationId}`, { method: 'DELETE' }).catch(() => {});
	}
	conversationId = null;
	store(sessionStorage, 'conversation', null);
	store(sessionStorage, 'asked', null);
	$('transcript').replaceChildren();
	$('records').replaceChildren();
	$('panel-empty').hidden = false;
	$('welcome').hidden = false;
	$('question').focus();
}

// ---------------------------------------------------------------- moderation panel

function showPanel(open) {
	$('panel').hidden = !open;
	$('panel-switch').setAttribute('aria-pressed', String(open));
	$('panel-switch').textContent = t(open ? 'panel.hide' : 'panel.show');
	store(localStorage, 'panel', open ? 'open' : null);
}

function pairs(entries) {
	return el('dl', {}, ...entries.filter(([, value]) => value !== null && value !== undefined)
		.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

/** A verdict for whoever evaluates the guard; `text` is what the spans point into. */
function verdictView(title, verdict, text) {
	const node = el('div', { class: 'verdict' }, el('p', {}, `${title} `, el('span', { class: `pill ${verdict.action}` }, verdict.action)));
	if (verdict.findings.length > 0) {
		const rows = verdict.findings.map(({ rule, category, start, end, band, score, action }) => {
			const where = start === null ? '–' : `${start}–${end}`;
			const quote = text !== null && start !== null ? text.slice(start, end) : '';
			return el('tr', {}, el('td', {}, el('code', {}, rule), el('br'), categoryWords(category)),
				el('td', {}, where, ...(quote ? [el('br'), el('q', {}, quote)] : [])), el('td', {}, `${band} ${number(score, 2)}`, el('br'), action));
		});
		node.append(el('table', {}, el('thead', {}, el('tr', {}, ...['panel.rule', 'panel.span', 'panel.score'].map((key) => el('th', { scope: 'col' }, t(key))))), el('tbody', {}, ...rows)));
	}
	const { harm, injection, toxicity } = verdict.scores;
	node.append(pairs([
		[t('panel.scores'), [harm, injection, toxicity].map((score) => number(score, 2)).join(' · ')],
		[t('panel.time'), `${number(verdict.micros)} µs`],
		[t('panel.status'), verdict.status === 'OK' ? null : verdict.status]
	]));
	return node;
}

function newRecord(question) {
	const node = el('li', {}, el('p', {}, el('strong', {}, question.length > 90 ? `${question.slice(0, 90)}…` : question)));
	$('records').prepend(node);
	$('panel-empty').hidden = true;
	return { node, question, held: 0, heldLine: null };
}

function recordEvent(record, name, data) {
	const { node } = record;
	if (name === 'sources') {
		node.append(el('p', { class: 'hint' }, `${t('panel.search')} ${t(`search.${data.searchesBy}`)}`));
	} else if (name === 'started') {
		node.append(verdictView(t('panel.question'), data.input, record.question), el('p', { class: 'hint' }, t('panel.prompt')), el('pre', {}, data.promptText));
	} else if (name === 'held') {
		record.held = Math.max(record.held, data.characters);
		record.heldLine ??= node.appendChild(el('p', { class: 'hint' }));
		record.heldLine.textContent = t('panel.holding', { now: data.characters, most: record.held });
	} else if (name === 'blocked') {
		node.append(verdictView(t(data.input ? 'panel.question' : 'panel.answer'), data.verdict, data.input ? record.question : null));
	} else if (name === 'completed') {
		const { usage, timings } = data;
		node.append(verdictView(t('panel.answer'), data.output, null), pairs([
			[t('panel.first'), `${number(timings.timeToFirstTokenMillis)} ms`],
			[t('panel.speed'), number(timings.decodeTokensPerSecond, 1)],
			[t('panel.prefill'), number(timings.prefillTokensPerSecond, 1)],
			[t('panel.tokens'), `${number(usage.promptTokens)} + ${number(usage.completionTokens)}`],
			[t('panel.cached'), number(usage.cachedTokens)],
			[t('panel.held'), number(record.held)],
			[t('panel.finish'), data.finishReason]
		]));
	}
}

async function whatIf(event) {
	event.preventDefault();
	const text = $('what-if-text').value;
	if (!text.trim()) {
		return;
	}
	const response = await post('api/moderate', { text, language }).catch(() => null);
	if (!response?.ok) {
		$('what-if-result').replaceChildren(el('p', {}, t('error.fault')));
		return;
	}
	const verdict = await response.json();
	const view = verdictView(t('whatif.verdict'), verdict, text);
	const chips = [];
	const passes = verdict.message ? el('p', { lang: verdict.messageLanguage }, verdict.message) : el('p', {}, ...plain(marked(verdict.text, verdict.redactions, chips), chips));
	view.append(passes);
	$('what-if-result').replaceChildren(view);
}

// ---------------------------------------------------------------- start

async function startRules() {
	const response = await fetch('api/rules');
	const rules = await response.json();
	const show = () => $('rules').replaceChildren(...rules.map(({ category, title, input, output }) => {
		const words = has(`category.${category}`) ? t(`category.${category}`) : has(`kind.${category}`) ? t(`kind.${category}`) : title;
		const pill = (action) => el('td', {}, el('span', { class: `pill ${action}` }, t(`action.${action}`)));
		return el('tr', {}, el('th', { scope: 'row' }, el('code', {}, category)), el('td', {}, words), pill(input), pill(output));
	}));
	show();
	return show;
}

async function startChat() {
	$('suggestions').replaceChildren(...suggestions());
	$('composer').addEventListener('submit', (event) => {
		event.preventDefault();
		if (busy()) {
			stop();
			return;
		}
		const text = $('question').value;
		if (text.trim()) {
			compose('');
			ask(text);
		}
	});
	$('question').addEventListener('input', () => compose($('question').value));
	$('question').addEventListener('keydown', (event) => {
		if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
			event.preventDefault();
			if (!busy()) {
				$('composer').requestSubmit();
			}
		}
	});
	document.addEventListener('keydown', (event) => {
		if (event.key === 'Escape') {
			if (busy()) {
				stop();
			} else if (!$('panel').hidden) {
				showPanel(false);
				$('panel-switch').focus();
			}
		}
	});
	$('what-if').addEventListener('submit', whatIf);
	$('panel-switch').addEventListener('click', () => showPanel($('panel').hidden));
	$('panel-close').addEventListener('click', () => {
		showPanel(false);
		$('panel-switch').focus();
	});
	$('fresh').addEventListener('click', fresh);
	const scroll = $('scroll');
	scroll.addEventListener('scroll', () => {
		follow = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
	});
	new ResizeObserver(() => atEnd(() => {})).observe(scroll);
	$('question').placeholder = t('placeholder');
	showPanel(stored(localStorage, 'panel') === 'open' && innerWidth > 1024);
	await restore();
	return () => {
		$('suggestions').replaceChildren(...suggestions());
		$('question').placeholder = t('placeholder');
		showPanel(!$('panel').hidden);
		showComposer();
	};
}

await speak(firstLanguage());
const page = document.body.dataset.page;
const [relabel] = await Promise.all([page === 'rules' ? startRules() : startChat(), poll()]);
$('language').addEventListener('change', async (event) => {
	store(localStorage, 'language', event.target.value);
	await speak(event.target.value);
	relabel();
	showModel();
});
document.body.dataset.ready = 'true';
