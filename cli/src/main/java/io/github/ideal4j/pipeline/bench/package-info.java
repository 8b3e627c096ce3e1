/**
 * How fast, how small and how robust the steps are: each class measures one of them, most beside
 * the usual program in Python, whose script lies in the resources. Start reading at {@link
 * io.github.ideal4j.pipeline.bench.EncodeBenchmark}.
 */
package io.github.ideal4j.pipeline.bench;
