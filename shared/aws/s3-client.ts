/** S3. */
import { S3Client } from '@aws-sdk/client-s3'
import { OBJECT_ATTEMPT_MS } from '#shared/time-limits.ts'
import { configuration } from './client-options.ts'
import type { ClientOptions } from './client-options.ts'

/** Objects may have megabytes. By path: a bucket needs no name of its own in DNS, here or on a machine without AWS. */
export function createS3Client(options?: ClientOptions): S3Client {
  return new S3Client({
    ...configuration({ attemptMs: OBJECT_ATTEMPT_MS, ...options }),
    forcePathStyle: true,
  })
}
