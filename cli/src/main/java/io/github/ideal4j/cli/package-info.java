/**
 * The {@code ideal} command: what a person types, and how results, progress and errors are shown.
 * Every command is a thin shell around one step of {@link io.github.ideal4j.pipeline}, which does
 * the work and which the quickstart calls too. Start reading at {@link
 * io.github.ideal4j.cli.IdealCommand}.
 */
package io.github.ideal4j.cli;
