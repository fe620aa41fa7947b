/** Bounded flow of elements between the tasks of a scope: a hand-off from producers to consumers, and a batching stage on top. */
package dev.lifecycle.flow;
