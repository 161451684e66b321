/** What each bundle is made of, and how much it may weigh. */
import type { BundleName } from '#infra/operations/operations.ts'

/** What every use of an AWS client brings along. */
const AWS_CORE = [
  '@aws-sdk/core',
  '@aws/lambda-invoke-store',
  '@smithy/core',
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/types',
]
const DYNAMODB = ['@aws-sdk/client-dynamodb', '@aws-sdk/dynamodb-codec']
const SQS = ['@aws-sdk/client-sqs', '@aws-sdk/middleware-sdk-sqs']
const SNS = ['@aws-sdk/client-sns', '@aws-sdk/xml-builder']
const SECRETS = ['@aws-sdk/client-secrets-manager']
const S3 = [
  '@aws-sdk/checksums',
  '@aws-sdk/client-s3',
  '@aws-sdk/middleware-sdk-s3',
  '@aws-sdk/signature-v4-multi-region',
]
/** The frame of HTTP is our own. */
const HTTP = ['valibot']
const FRAME = ['@middy/core', 'valibot']

export interface Weight {
  readonly packages: readonly string[]
  readonly maxBytes: number
}

/** Every package in a bundle, and the most bytes that it may weigh. A new package is a decision, not a detail. */
export const EXPECTED: Readonly<Record<string, Weight>> = {
  prepay: { packages: [...AWS_CORE, ...DYNAMODB, ...SECRETS, ...HTTP], maxBytes: 293_000 },
  query: { packages: [...AWS_CORE, ...DYNAMODB, ...HTTP], maxBytes: 261_000 },
  list: { packages: [...AWS_CORE, ...DYNAMODB, ...HTTP], maxBytes: 243_000 },
  hold: { packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...HTTP], maxBytes: 262_000 },
  close: { packages: [...AWS_CORE, ...DYNAMODB, ...SECRETS, ...HTTP], maxBytes: 304_000 },
  refund: { packages: [...AWS_CORE, ...DYNAMODB, ...SECRETS, ...HTTP], maxBytes: 316_000 },
  notify: { packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SECRETS, ...HTTP], maxBytes: 240_000 },
  'notify-v2': {
    packages: [...AWS_CORE, ...DYNAMODB, ...SQS, ...SECRETS, ...HTTP, 'saxes', 'xmlchars'],
    maxBytes: 282_000,
  },
  settle: { packages: [...AWS_CORE, ...DYNAMODB, ...SNS, ...FRAME], maxBytes: 282_000 },
  'rotate-certs': { packages: [...AWS_CORE, ...SECRETS, ...FRAME], maxBytes: 204_000 },
  sweep: { packages: [...AWS_CORE, ...DYNAMODB, ...FRAME], maxBytes: 268_000 },
  reconcile: { packages: [...AWS_CORE, ...DYNAMODB, ...FRAME], maxBytes: 192_000 },
  'check-release': {
    packages: ['@smithy/core', '@smithy/signature-v4', 'valibot'],
    maxBytes: 51_000,
  },
}

/** The queue of facts, for whoever mostly has nothing to put on it. */
const QUEUE: Readonly<Record<string, Weight>> = {
  'queue-ports.js': { packages: [...SQS], maxBytes: 11_000 },
}
/** The client of a channel and its keys, for whoever mostly has nothing to ask it. */
const CHANNELS: Readonly<Record<string, Weight>> = {
  'asked-channels.js': { packages: ['@aws-sdk/core', ...SECRETS], maxBytes: 42_000 },
}

/** The same of what stands beside a bundle until it is needed, without what it takes from there. */
export const PARTS: Partial<Record<BundleName, Readonly<Record<string, Weight>>>> = {
  query: { ...QUEUE, ...CHANNELS },
  close: QUEUE,
  refund: {
    ...QUEUE,
    'publisher-part.js': { packages: ['@aws-sdk/core', '@smithy/core', ...SNS], maxBytes: 40_000 },
  },
  sweep: { ...QUEUE, ...CHANNELS },
  reconcile: {
    'day-part.js': {
      packages: [
        '@aws-sdk/client-dynamodb',
        '@aws-sdk/core',
        '@smithy/core',
        '@smithy/signature-v4',
        ...SQS,
        ...SNS,
        ...S3,
        ...SECRETS,
      ],
      maxBytes: 268_000,
    },
  },
}

/** Every file that may stand beside the bundle of some function. */
export const PART_FILES: ReadonlySet<string> = new Set([
  'sm.js',
  ...Object.values(PARTS).flatMap((parts) => Object.keys(parts)),
])
