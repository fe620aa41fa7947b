/** Tests with many threads in real time. */
package dev.lifecycle.stress;
