/**
 * Writes ONNX graphs by hand. {@link io.github.ideal4j.onnx.graph.GraphBuilder} collects inputs,
 * constants, nodes and outputs, nests for the bodies of loops, and takes in finished graphs. Start
 * reading there; everything else names the parts that it handles.
 */
package io.github.ideal4j.onnx.graph;
