/** Common shapes of concurrent work, on top of scopes. */
package dev.lifecycle.concurrent;
