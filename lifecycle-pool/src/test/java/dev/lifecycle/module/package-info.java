/** What holds for the module as a whole: what it allocates, what it depends on. */
package dev.lifecycle.module;
