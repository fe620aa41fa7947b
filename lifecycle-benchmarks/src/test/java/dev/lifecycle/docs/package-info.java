/** Tests that hold the documentation to the code. */
package dev.lifecycle.docs;
