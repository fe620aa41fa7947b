/** Tests of one rule of one type. */
package dev.lifecycle.unit;
