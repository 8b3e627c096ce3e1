/**
 * How good a bundle is, from files to numbers: it, or another codec beside it, works on
 * photographs, and {@link io.github.ideal4j.evaluation} measures what comes out. Start reading at
 * {@link io.github.ideal4j.pipeline.evaluation.Evaluating}.
 */
package io.github.ideal4j.pipeline.evaluation;
