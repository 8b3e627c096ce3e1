# shellcheck shell=bash
# Starts the command; sourced by the launcher of a checkout and by that of a distribution, which set
# home, java, jvm (a file of words for java) and classpath.

export IDEAL_HOME=$home
# How it was called, for the lines that it proposes: the name alone where that is enough.
command=$0
if [ "$(command -v "${0##*/}" || true)" = "$0" ]; then command=${0##*/}; fi
printf -v IDEAL_COMMAND %q "$command"
export IDEAL_COMMAND
# What Java cannot find out in every version: whether people watch, and how wide their terminal is.
unset IDEAL_TERMINAL IDEAL_COLOR
if [ "${TERM:-dumb}" != dumb ]; then
  if [ -t 2 ]; then export IDEAL_TERMINAL=1; fi
  if [ -t 1 ]; then
    if [ -z "${NO_COLOR:-}" ]; then export IDEAL_COLOR=1; fi
    shopt -s checkwinsize; (:) # sets COLUMNS
    if [ -n "${COLUMNS:-}" ]; then export COLUMNS; fi
  fi
fi
# Commands of less than a second are over before the optimizing compiler pays.
case " $* " in
  "  " | *" --help "* | *" -h "* | *" --version "* | " help "* | " completion "* | " tokens head "*)
    quick=-XX:TieredStopAtLevel=1 ;;
  *) quick= ;;
esac
# From 24 on Java remarks on how a library reaches memory; before 23 it does not know the option.
real=$(readlink -f "$(command -v "$java")" || true)
unsafe=
if [ -r "${real%/bin/java}/release" ]; then
  while IFS='="' read -r key _ value _; do
    if [ "$key" = JAVA_VERSION ] && [ "${value%%[!0-9]*}" -ge 23 ]; then
      unsafe=--sun-misc-unsafe-memory-access=allow
    fi
  done <"${real%/bin/java}/release"
fi
# PyTorch's own remarks on the binding are of no use to anybody here.
export TORCH_CPP_LOG_LEVEL=${TORCH_CPP_LOG_LEVEL:-ERROR}
# shellcheck disable=SC2086
exec "$java" "@$jvm" $quick $unsafe ${IDEAL_JAVA_OPTS:-} -cp "$classpath" io.github.ideal4j.cli.IdealCommand "$@"
