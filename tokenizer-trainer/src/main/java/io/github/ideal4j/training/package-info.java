/**
 * What every training has in common: configurations from presets, the run folder, checkpoints from
 * which a run goes on exactly, the learning rate and the loop itself. A model joins by implementing
 * {@link io.github.ideal4j.training.Trainee}; all chance is a function of the seed and the step.
 * Start with {@link io.github.ideal4j.training.Trainee}.
 */
package io.github.ideal4j.training;
