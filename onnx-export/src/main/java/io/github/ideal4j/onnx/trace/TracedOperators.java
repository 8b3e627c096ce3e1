package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;

/** What stands behind the {@link NDArrayEx} of a traced array. */
final class TracedOperators implements InvocationHandler {

  private final TracedArray array;

  private TracedOperators(TracedArray array) {
    this.array = array;
  }

  static NDArrayEx proxy(TracedArray array) {
    return Proxies.of(NDArrayEx.class, new TracedOperators(array));
  }

  @Override
  public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return method.getName().equals("equals")
          ? self == arguments[0]
          : Proxies.call(this, method, arguments);
    }
    if (method.getName().equals("getArray")) {
      return array.proxy();
    }
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(self, method, arguments);
    }
    return Operations.run(
        array,
        array.plain().getNDArrayInternal(),
        method,
        arguments == null ? new Object[0] : arguments);
  }
}
