/**
 * All steps in order within a given time, from photographs to a report. Start reading at {@link
 * io.github.ideal4j.pipeline.quickstart.Quickstart}.
 */
package io.github.ideal4j.pipeline.quickstart;
