/** The pool against a small sequential model, by random sequences of steps in an order that the test decides. */
package dev.lifecycle.pool.model;
