/**
 * What a training costs before it begins: parameters, FLOP, memory and time, computed from the
 * configuration alone, without allocating anything. Start reading at {@link
 * io.github.ideal4j.cost.TrainingCost}.
 */
package io.github.ideal4j.cost;
