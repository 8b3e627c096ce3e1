/**
 * How long work tells how far it is. Libraries report to a {@link
 * io.github.ideal4j.progress.Progress} they are given and never print; the command draws the bars.
 */
package io.github.ideal4j.progress;
