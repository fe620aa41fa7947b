/** For the tests of users: time that is moved by hand. */
package dev.lifecycle.junit;
