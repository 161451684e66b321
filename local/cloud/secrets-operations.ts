/** The operations of Secrets Manager, one by one, by name. */
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { TagsProperty } from '#local/template/tags-property.ts'
import { batchGetSecretValue, listSecrets } from './secret-list.ts'
import {
  description,
  readRequest,
  reference,
  seconds,
  secretValue,
  stagesOf,
  versionReference,
} from './secret-request.ts'
import { SecretsManagerError, type SecretStore } from './secret-store.ts'

export interface SecretsService {
  readonly store: SecretStore
  /** The ARN of a secret made by CreateSecret. */
  readonly arnOf: (name: string) => string
}

const Id = v.object({ SecretId: v.string() })
const Token = v.optional(v.string(), () => randomUUID())
const Text = v.optional(v.string())
const Value = { ClientRequestToken: Token, SecretString: Text, SecretBinary: Text }

const GetSecretValue = v.object({ ...Id.entries, VersionId: Text, VersionStage: Text })
const PutSecretValue = v.object({ ...Id.entries, ...Value, VersionStages: v.optional(v.array(v.string())) })
const CreateSecret = v.object({ Name: v.string(), Description: Text, Tags: TagsProperty, ...Value })
const UpdateStage = v.object({
  ...Id.entries,
  VersionStage: v.string(),
  MoveToVersionId: Text,
  RemoveFromVersionId: Text,
})
const ListVersions = v.object({ ...Id.entries, IncludeDeprecated: v.optional(v.boolean(), false) })
const DeleteSecret = v.object({
  ...Id.entries,
  RecoveryWindowInDays: v.optional(v.number()),
  ForceDeleteWithoutRecovery: v.optional(v.boolean(), false),
})
const TagResource = v.object({ ...Id.entries, Tags: TagsProperty })
const UntagResource = v.object({ ...Id.entries, TagKeys: v.array(v.string()) })

const DEFAULT_WINDOW_DAYS = 30

/** @throws SecretsManagerError as the service answers it. */
export function performSecretOperation(operation: string, input: unknown, service: SecretsService): object {
  const perform = OPERATIONS.get(operation)
  if (perform !== undefined) return perform(input, service)
  throw new SecretsManagerError(
    'UnknownOperationException',
    `the local Secrets Manager does not know ${operation}`,
  )
}

type Operation = (input: unknown, service: SecretsService) => object

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GetSecretValue', getSecretValue],
  ['PutSecretValue', putSecretValue],
  ['CreateSecret', createSecret],
  ['DescribeSecret', describeSecret],
  ['ListSecretVersionIds', listVersions],
  ['UpdateSecretVersionStage', updateStage],
  ['DeleteSecret', deleteSecret],
  ['RestoreSecret', restoreSecret],
  ['TagResource', tagResource],
  ['UntagResource', untagResource],
  ['ListSecrets', (input, { store }) => listSecrets(input, store)],
  ['BatchGetSecretValue', (input, { store }) => batchGetSecretValue(input, store)],
])

function getSecretValue(input: unknown, { store }: SecretsService): object {
  const { SecretId, VersionId, VersionStage } = readRequest(GetSecretValue, input)
  const secret = store.find(SecretId)
  return secretValue(secret, store.version(secret, { id: VersionId, stage: VersionStage }))
}

function putSecretValue(input: unknown, { store }: SecretsService): object {
  const { SecretId, VersionStages, ...value } = readRequest(PutSecretValue, input)
  const secret = store.find(SecretId)
  return versionReference(secret, store.put(secret, { ...newVersion(value), stages: VersionStages }))
}

function createSecret(input: unknown, { store, arnOf }: SecretsService): object {
  const { Name, Description = '', Tags, ...value } = readRequest(CreateSecret, input)
  const tags = new Map(Tags.map((tag) => [tag.Key, tag.Value]))
  const secret = store.create({ name: Name, arn: arnOf(Name), description: Description, tags })
  if (value.SecretString === undefined && value.SecretBinary === undefined) return reference(secret)
  const { VersionId } = versionReference(secret, store.put(secret, newVersion(value)))
  return { ...reference(secret), VersionId }
}

function describeSecret(input: unknown, { store }: SecretsService): object {
  const secret = store.find(readRequest(Id, input).SecretId, 'look')
  return { ...description(secret), VersionIdsToStages: stagesOf(secret) }
}

function listVersions(input: unknown, { store }: SecretsService): object {
  const { SecretId, IncludeDeprecated } = readRequest(ListVersions, input)
  const secret = store.find(SecretId, 'look')
  const listed = [...secret.versions.values()].filter(
    (version) => IncludeDeprecated || version.stages.size > 0,
  )
  const Versions = listed.map((version) => ({
    VersionId: version.id,
    VersionStages: [...version.stages],
    CreatedDate: seconds(version.createdAtMs),
  }))
  return { ...reference(secret), Versions }
}

function updateStage(input: unknown, { store }: SecretsService): object {
  const { SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId } = readRequest(UpdateStage, input)
  const secret = store.find(SecretId)
  store.moveStage(secret, {
    stage: VersionStage,
    moveTo: MoveToVersionId,
    removeFrom: RemoveFromVersionId,
  })
  return reference(secret)
}

function deleteSecret(input: unknown, service: SecretsService): object {
  const {
    SecretId,
    RecoveryWindowInDays: days,
    ForceDeleteWithoutRecovery,
  } = readRequest(DeleteSecret, input)
  if (ForceDeleteWithoutRecovery && days !== undefined) {
    throw new SecretsManagerError(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    )
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw new SecretsManagerError(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    )
  }
  if (ForceDeleteWithoutRecovery) return deleteNow(SecretId, service)
  const secret = service.store.find(SecretId, 'look')
  const deletionAtMs = service.store.deleteLater(secret, days ?? DEFAULT_WINDOW_DAYS)
  return { ...reference(secret), DeletionDate: seconds(deletionAtMs) }
}

/** Of a secret that is gone already, too, so that a repeat succeeds. */
function deleteNow(secretId: string, { store, arnOf }: SecretsService): object {
  const secret = store.list().find(({ name, arn }) => name === secretId || arn === secretId)
  if (secret !== undefined) store.deleteNow(secret)
  const named = secret ?? { name: secretId, arn: arnOf(secretId) }
  return { ...reference(named), DeletionDate: seconds(store.now()) }
}

function restoreSecret(input: unknown, { store }: SecretsService): object {
  const secret = store.find(readRequest(Id, input).SecretId, 'look')
  store.restore(secret)
  return reference(secret)
}

function tagResource(input: unknown, { store }: SecretsService): object {
  const { SecretId, Tags } = readRequest(TagResource, input)
  const { tags } = store.find(SecretId)
  for (const { Key, Value: value } of Tags) tags.set(Key, value)
  return {}
}

function untagResource(input: unknown, { store }: SecretsService): object {
  const { SecretId, TagKeys } = readRequest(UntagResource, input)
  const { tags } = store.find(SecretId)
  for (const key of TagKeys) tags.delete(key)
  return {}
}

function newVersion(value: {
  ClientRequestToken: string
  SecretString?: string | undefined
  SecretBinary?: string | undefined
}) {
  return {
    token: value.ClientRequestToken,
    secretString: value.SecretString,
    secretBinary: value.SecretBinary,
  }
}
