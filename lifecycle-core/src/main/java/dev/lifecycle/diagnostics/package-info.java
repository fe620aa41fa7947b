/** Who is alive, since when, and in which scope. */
package dev.lifecycle.diagnostics;
