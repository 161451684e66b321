/** Reads requests of Secrets Manager, and puts its answers in their form. */
import type * as v from 'valibot'
import { readBy } from './refusal.ts'
import { type Secret, SecretsManagerError, type SecretVersion } from './secret-store.ts'

/** @throws SecretsManagerError ValidationException naming every problem. */
export function readRequest<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  return readBy(
    schema,
    input,
    (problems) =>
      new SecretsManagerError(
        'ValidationException',
        `${problems.length} validation error detected: ${problems.join('; ')}`,
      ),
  )
}

export function reference({ arn, name }: Pick<Secret, 'arn' | 'name'>): {
  readonly ARN: string
  readonly Name: string
} {
  return { ARN: arn, Name: name }
}

export function versionReference(secret: Secret, version: SecretVersion) {
  return { ...reference(secret), VersionId: version.id, VersionStages: [...version.stages] }
}

export function secretValue(secret: Secret, version: SecretVersion): object {
  const { secretString, secretBinary, createdAtMs } = version
  return {
    ...versionReference(secret, version),
    ...(secretString === undefined ? { SecretBinary: secretBinary } : { SecretString: secretString }),
    CreatedDate: seconds(createdAtMs),
  }
}

/** What DescribeSecret and ListSecrets have in common. */
export function description(secret: Secret) {
  const { createdAtMs, changedAtMs, deletionAtMs, tags } = secret
  return {
    ...reference(secret),
    Description: secret.description,
    CreatedDate: seconds(createdAtMs),
    LastChangedDate: seconds(changedAtMs),
    ...(deletionAtMs === undefined ? {} : { DeletedDate: seconds(deletionAtMs) }),
    Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
  }
}

/** Versions that have a label, with their labels. */
export function stagesOf({ versions }: Secret): Readonly<Record<string, readonly string[]>> {
  const labelled = [...versions.values()].filter(({ stages }) => stages.size > 0)
  return Object.fromEntries(labelled.map(({ id, stages }) => [id, [...stages]]))
}

/** Times on the wire are seconds. */
export function seconds(ms: number): number {
  return ms / 1000
}
