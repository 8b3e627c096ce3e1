/**
 * Joins the rows of several requests into runs of a graph, in bounded queues and with a fair share
 * for every graph. Start with {@link io.github.ideal4j.server.batching.Scheduler}.
 */
package io.github.ideal4j.server.batching;
