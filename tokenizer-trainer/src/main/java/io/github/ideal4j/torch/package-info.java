/**
 * Everything that touches PyTorch itself: starting and checking the engine, operators that DJL
 * lacks, and the optimizer. DJL's traps are designed out here and banned elsewhere: scaling by a
 * Java number frees its operand under autograd, and casts, copies and moves cut the graph silently.
 * Start with {@link io.github.ideal4j.torch.TorchEngine} and {@link
 * io.github.ideal4j.torch.TorchOps}.
 */
package io.github.ideal4j.torch;
