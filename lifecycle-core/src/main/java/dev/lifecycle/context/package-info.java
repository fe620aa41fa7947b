/** What crosses borders with a task: values of other libraries to the thread that runs it, its deadline to other processes. */
package dev.lifecycle.context;
