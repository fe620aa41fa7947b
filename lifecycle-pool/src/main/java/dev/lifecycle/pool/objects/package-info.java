/** The object pool: the slots, the line of waiters, the supply of objects, and the one class that puts them together. Not exported. */
package dev.lifecycle.pool.objects;
