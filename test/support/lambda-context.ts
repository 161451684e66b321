/** What Lambda hands to a handler beside the event. */
import type { Context } from 'aws-lambda'

export function lambdaContext(remainingMs = 30_000): Context {
  const end = performance.now() + remainingMs
  return {
    awsRequestId: 'aws-request-1',
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'test',
    functionVersion: '1',
    invokedFunctionArn: 'arn',
    memoryLimitInMB: '128',
    logGroupName: 'group',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => end - performance.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  }
}
