/** Tests of the contract, rule by rule, one method per sentence. */
package dev.lifecycle.unit;
