@echo off
rem Runs the command from an unpacked distribution; needs a Java 17 or newer, nothing else.
rem
rem   IDEAL_JAVA_OPTS    more words for java, such as -Xmx8g
setlocal
for %%i in ("%~dp0..") do set "IDEAL_HOME=%%~fi"
set "IDEAL_COMMAND=%~0"
if not defined TORCH_CPP_LOG_LEVEL set "TORCH_CPP_LOG_LEVEL=ERROR"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
"%java%" "@%IDEAL_HOME%\lib\jvm.args" %IDEAL_JAVA_OPTS% -cp "%IDEAL_HOME%\lib\*" io.github.ideal4j.cli.IdealCommand %*
exit /b %ERRORLEVEL%
