/**
 * The steps between photographs and labels as plain Java calls, each from files to files: what the
 * commands and the quickstart share. A step takes a request record and a {@link
 * io.github.ideal4j.progress.Progress} and returns a record of what it made. Start reading at
 * {@link io.github.ideal4j.pipeline.Tokenizing}; {@link io.github.ideal4j.pipeline.quickstart}
 * calls them all in order.
 */
package io.github.ideal4j.pipeline;
