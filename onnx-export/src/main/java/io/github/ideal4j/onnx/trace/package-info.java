/**
 * Exports any DJL block to ONNX by running its own forward pass on proxies that record what
 * happens. {@link io.github.ideal4j.onnx.trace.OnnxExporter} is the door, {@link
 * io.github.ideal4j.onnx.trace.Tracing#custom} the hook for operators that the engine runs
 * natively. Anything that cannot be recorded is refused with the operation and the line of Java
 * that asked for it.
 */
package io.github.ideal4j.onnx.trace;
