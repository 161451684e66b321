/** Secrets with versions and staging labels, by the rules and with the messages of AWS Secrets Manager. */
import type { Clock } from '#shared/clock.ts'

/** A failure that the real service answers with this name and message. */
export class SecretsManagerError extends Error {
  override readonly name = 'SecretsManagerError'
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

export interface SecretVersion {
  readonly id: string
  readonly secretString: string | undefined
  /** Base64, as on the wire. */
  readonly secretBinary: string | undefined
  readonly createdAtMs: number
  readonly stages: Set<string>
}

export interface Secret {
  readonly name: string
  readonly arn: string
  readonly description: string
  readonly createdAtMs: number
  changedAtMs: number
  /** When it is gone for good, for one that is to be deleted. */
  deletionAtMs: number | undefined
  readonly tags: Map<string, string>
  readonly versions: Map<string, SecretVersion>
}

export interface NewVersion {
  readonly token: string
  readonly secretString?: string | undefined
  readonly secretBinary?: string | undefined
  /** @default AWSCURRENT */
  readonly stages?: readonly string[] | undefined
}

export interface StageMove {
  readonly stage: string
  readonly moveTo?: string | undefined
  readonly removeFrom?: string | undefined
}

const CURRENT = 'AWSCURRENT'
const PREVIOUS = 'AWSPREVIOUS'
const MAX_VALUE_BYTES = 65_536
const DAY_MS = 86_400_000

export interface NewSecret {
  readonly name: string
  readonly arn: string
  readonly description?: string
  readonly tags?: ReadonlyMap<string, string>
}

export interface SecretStore {
  create(secret: NewSecret): Secret
  /** A secret that is to be deleted can be looked at, but not used. */
  find(secretId: string, use?: 'look' | 'use'): Secret
  /** All that are not gone for good, in the order of creation. */
  list(): readonly Secret[]
  /** One version by id, by label, or by both; AWSCURRENT when neither is given. */
  version(
    secret: Secret,
    wanted: { readonly id?: string | undefined; readonly stage?: string | undefined },
  ): SecretVersion
  put(secret: Secret, version: NewVersion): SecretVersion
  moveStage(secret: Secret, move: StageMove): void
  /** Plans the end of a secret; `restore` until then. @returns when that is, epoch ms. */
  deleteLater(secret: Secret, days: number): number
  deleteNow(secret: Secret): void
  restore(secret: Secret): void
  /** Epoch ms. */
  now(): number
}

/** Creates an empty store. */
export function createSecretStore(clock: Clock): SecretStore {
  const secrets = new Map<string, Secret>()

  const alive = () => {
    for (const { name, deletionAtMs } of secrets.values()) {
      if (deletionAtMs !== undefined && deletionAtMs <= clock.now()) secrets.delete(name)
    }
    return secrets
  }

  return {
    create({ name, arn, description = '', tags = new Map() }) {
      refuseTaken(alive().get(name))
      const now = clock.now()
      const secret = {
        name,
        arn,
        description,
        createdAtMs: now,
        changedAtMs: now,
        deletionAtMs: undefined,
        tags: new Map(tags),
        versions: new Map(),
      }
      secrets.set(name, secret)
      return secret
    },

    find(secretId, use = 'use') {
      const found =
        alive().get(secretId) ??
        [...secrets.values()].find(({ arn }) => arn === secretId || arn.replace(/-[^-]+$/, '') === secretId)
      if (found === undefined) throw notFound("Secrets Manager can't find the specified secret.")
      if (use === 'use') refuseDeleted(found)
      return found
    },

    list: () => [...alive().values()],

    deleteLater(secret, days) {
      refuseDeleted(secret)
      secret.deletionAtMs = clock.now() + days * DAY_MS
      return secret.deletionAtMs
    },

    deleteNow: (secret) => void secrets.delete(secret.name),

    now: () => clock.now(),

    restore(secret) {
      secret.deletionAtMs = undefined
    },

    version(secret, { id, stage }) {
      const found = [...secret.versions.values()].find(
        (version) =>
          (id === undefined || version.id === id) &&
          (id !== undefined || version.stages.has(stage ?? CURRENT)),
      )
      if (found !== undefined && (stage === undefined || found.stages.has(stage))) return found
      const what = id === undefined ? `staging label: ${stage ?? CURRENT}` : `VersionId: ${id}`
      throw notFound(`Secrets Manager can't find the specified secret value for ${what}`)
    },

    put(secret, { token, secretString, secretBinary, stages = [CURRENT] }) {
      checkValue(secretString, secretBinary)
      const existing = secret.versions.get(token)
      if (existing !== undefined) {
        if (existing.secretString === secretString && existing.secretBinary === secretBinary) return existing
        throw new SecretsManagerError(
          'ResourceExistsException',
          `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
        )
      }
      const first = secret.versions.size === 0
      const version = {
        id: token,
        secretString,
        secretBinary,
        createdAtMs: clock.now(),
        stages: new Set<string>(),
      }
      secret.versions.set(token, version)
      for (const stage of new Set(first ? [CURRENT, ...stages] : stages)) attach(secret, stage, version)
      secret.changedAtMs = clock.now()
      return version
    },

    moveStage(secret, { stage, moveTo, removeFrom }) {
      const holder = holderOf(secret, stage)
      if (holder !== undefined && holder.id !== removeFrom && holder.id !== moveTo) {
        throw new SecretsManagerError(
          'InvalidParameterException',
          `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
        )
      }
      if (moveTo === undefined) holder?.stages.delete(stage)
      else attach(secret, stage, this.version(secret, { id: moveTo }))
      secret.changedAtMs = clock.now()
    },
  }
}

function refuseTaken(existing: Secret | undefined): void {
  if (existing === undefined) return
  if (existing.deletionAtMs !== undefined) {
    throw new SecretsManagerError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    )
  }
  throw new SecretsManagerError(
    'ResourceExistsException',
    `The operation failed because the secret ${existing.name} already exists.`,
  )
}

function refuseDeleted({ deletionAtMs }: Secret): void {
  if (deletionAtMs === undefined) return
  throw new SecretsManagerError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  )
}

/** A label is on one version at a time; when AWSCURRENT moves, AWSPREVIOUS follows to where it was. */
function attach(secret: Secret, stage: string, version: SecretVersion): void {
  const holder = holderOf(secret, stage)
  if (holder === version) return
  holder?.stages.delete(stage)
  version.stages.add(stage)
  if (stage !== CURRENT || holder === undefined) return
  holderOf(secret, PREVIOUS)?.stages.delete(PREVIOUS)
  holder.stages.add(PREVIOUS)
}

function holderOf(secret: Secret, stage: string): SecretVersion | undefined {
  return [...secret.versions.values()].find(({ stages }) => stages.has(stage))
}

function checkValue(secretString: string | undefined, secretBinary: string | undefined): void {
  if ((secretString === undefined) === (secretBinary === undefined)) {
    throw new SecretsManagerError(
      'InvalidRequestException',
      'You must provide either SecretString or SecretBinary.',
    )
  }
  const size =
    secretString === undefined
      ? Buffer.byteLength(secretBinary ?? '', 'base64')
      : Buffer.byteLength(secretString)
  if (size > MAX_VALUE_BYTES) {
    throw new SecretsManagerError(
      'ValidationException',
      `The secret value must have length less than or equal to ${MAX_VALUE_BYTES}.`,
    )
  }
}

function notFound(message: string): SecretsManagerError {
  return new SecretsManagerError('ResourceNotFoundException', message)
}
