/** Creates the template's buckets. */
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import type { TemplateStack } from '#local/template/template-stack.ts'

/** Encryption, versions and life cycles have no meaning for buckets that live as long as this process. */
export async function createBuckets(stack: TemplateStack, client: S3Client): Promise<void> {
  for (const { ref } of stack.resources('AWS::S3::Bucket'))
    await client.send(new CreateBucketCommand({ Bucket: ref }))
}
