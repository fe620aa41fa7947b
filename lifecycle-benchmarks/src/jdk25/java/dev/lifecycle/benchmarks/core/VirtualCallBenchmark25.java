package dev.lifecycle.benchmarks.core;

import org.openjdk.jmh.annotations.Fork;

/** Row 3 on a virtual thread: JMH itself runs the inherited benchmarks on one. */
@Fork(value = 1, jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-Djmh.executor=VIRTUAL"})
public class VirtualCallBenchmark25 extends CallBenchmark {}
