package dev.lifecycle.casestudies.dispatcher;

import java.util.concurrent.ExecutorService;

/**
 * What a deployment finds when it starts, the same on either side.
 *
 * @param workers how many it is to have
 * @param runner what its workers and receipts do
 * @param receipts the application's pool for receipts: it was there before the deployment and outlives it
 */
record Load(int workers, JobRunner runner, ExecutorService receipts) {}
