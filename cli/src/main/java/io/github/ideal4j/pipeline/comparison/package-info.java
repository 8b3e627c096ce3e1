/**
 * What features of tokens are worth beside pixels and beside the frozen backbone: classifiers,
 * clusters and anomalies, learned of each. Start reading at {@link
 * io.github.ideal4j.pipeline.comparison.Family}.
 */
package io.github.ideal4j.pipeline.comparison;
