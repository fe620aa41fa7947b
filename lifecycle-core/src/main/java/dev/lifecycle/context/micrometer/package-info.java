/** Carries what Micrometer context-propagation knows of: SLF4J's MDC, observations, tracing. Needs {@code io.micrometer:context-propagation}. */
package dev.lifecycle.context.micrometer;
