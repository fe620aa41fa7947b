/** How values of other libraries travel from the thread that forks a task to the thread that runs it. */
package dev.lifecycle.context;
