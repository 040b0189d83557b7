@echo off
rem The engine's command line, after mvnw package. Example: examples\llama chat demo
setlocal
set "core=%~dp0..\llama-core\target"
if not exist "%core%\lib" (
  echo error: build it first: mvnw -pl llama-core package -DskipTests 1>&2
  exit /b 2
)
if not defined JAVA_HOME (
  set "java=java"
) else (
  set "java=%JAVA_HOME%\bin\java"
)
"%java%" -XX:+UseSerialGC -Xms40m --enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector -cp "%core%\classes;%core%\lib\*" io.github.llamaspring.core.cli.LlamaCli %*
