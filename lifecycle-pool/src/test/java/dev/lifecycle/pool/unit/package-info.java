/** Tests of single rules, each on a pool of its own. */
package dev.lifecycle.pool.unit;
