package dev.lifecycle.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The way to virtual threads (Java 21 and later) from code that compiles for 17: public API only, through method handles resolved once. */
final class VirtualThreads {
  private static final @Nullable MethodHandle OF_VIRTUAL;
  private static final @Nullable MethodHandle NAME;
  private static final @Nullable MethodHandle FACTORY;

  static {
    MethodHandle ofVirtual = null;
    MethodHandle name = null;
    MethodHandle factory = null;
    if (Runtime.version().feature() >= 21) { // on 19 and 20 the methods exist and throw
      try {
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
        name = lookup.findVirtual(builder, "name", MethodType.methodType(builder, String.class));
        factory = lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
        ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
    OF_VIRTUAL = ofVirtual;
    NAME = name;
    FACTORY = factory;
  }

  private VirtualThreads() {}

  /** A factory of virtual threads with this name, or null where there are none. */
  static @Nullable ThreadFactory factory(String threadName) {
    MethodHandle ofVirtual = OF_VIRTUAL;
    MethodHandle name = NAME;
    MethodHandle factory = FACTORY;
    if (ofVirtual == null || name == null || factory == null) {
      return null;
    }
    try {
      return (ThreadFactory) factory.invoke(name.invoke(ofVirtual.invoke(), threadName));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("Thread.ofVirtual", e);
    }
  }
}
