/** Tests that hold the shape of the code: its arrows, its names, its module descriptor, its source files. */
package dev.lifecycle.module;
