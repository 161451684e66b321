/** The keys of both sides: the app's, which the merchant gets, and Alipay's own, by public key or by certificates. */
import { certificatesOf, certificateSn, rootCertificateSn } from '#shared/alipay/certificate.ts'
import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import {
  createCertificateAuthority,
  generateRsaPair,
  openCertificateAuthority,
} from '../certificate-authority.ts'
import type { CertificateAuthority, IssuedCertificate } from '../certificate-authority.ts'
import type { AlipayMode } from './options.ts'

/** Said aloud in its name, so that nobody takes it for the real one. */
const AUTHORITY = { commonName: 'Simulated Ant Financial Root CA', organisation: 'Simulated Ant Financial' }

interface Named extends IssuedCertificate {
  /** As Alipay names certificates. */
  readonly sn: string
}

export interface AlipayKeys {
  mode: AlipayMode
  readonly root: CertificateAuthority
  readonly rootSn: string
  readonly app: Named
  readonly appPublicKey: KeyObject
  /** What Alipay signs with; a new one takes its place by command. */
  alipay: Named
}

export async function createAlipayKeys(appId: string, mode: AlipayMode, now: number): Promise<AlipayKeys> {
  const root = createCertificateAuthority(await generateRsaPair(), now, AUTHORITY)
  const app = named(await root.issue(`Simulated merchant-${appId}`, now))
  return {
    mode,
    root,
    rootSn: rootCertificateSn(root.certificatePem),
    app,
    appPublicKey: createPublicKey(app.publicKeyPem),
    alipay: await issueAlipay(root, now),
  }
}

export async function issueAlipay(root: CertificateAuthority, now: number): Promise<Named> {
  return named(await root.issue('Simulated Alipay', now))
}

/** All of them as they are written to a file. */
export interface SavedAlipayKeys {
  readonly mode: AlipayMode
  readonly root: { readonly certificatePem: string; readonly privateKeyPem: string }
  readonly app: Omit<Named, 'privateKey'>
  readonly alipay: Omit<Named, 'privateKey'>
}

export function saveAlipayKeys({ mode, root, app, alipay }: AlipayKeys): SavedAlipayKeys {
  const { certificatePem, privateKeyPem } = root
  return {
    mode,
    root: { certificatePem, privateKeyPem },
    app: withoutObject(app),
    alipay: withoutObject(alipay),
  }
}

function withoutObject(issued: Named): Omit<Named, 'privateKey'> {
  const { privateKey: _, ...pem } = issued
  return pem
}

export function restoreAlipayKeys({ mode, root, app, alipay }: SavedAlipayKeys): AlipayKeys {
  return {
    mode,
    root: openCertificateAuthority(root.certificatePem, root.privateKeyPem, AUTHORITY),
    rootSn: rootCertificateSn(root.certificatePem),
    app: withObject(app),
    appPublicKey: createPublicKey(app.publicKeyPem),
    alipay: withObject(alipay),
  }
}

function withObject(pem: Omit<Named, 'privateKey'>): Named {
  return { ...pem, privateKey: createPrivateKey(pem.privateKeyPem) }
}

function named(issued: IssuedCertificate): Named {
  const [certificate] = certificatesOf(issued.certificatePem, 'issued certificate')
  return { ...issued, sn: certificateSn(certificate) }
}

/** Everything that a merchant stores, and what outside checks need. */
export interface AlipayKeyBundle {
  readonly app_id: string
  readonly seller_id: string
  readonly mode: AlipayMode
  readonly app_private_key_pem: string
  readonly app_certificate_pem: string
  readonly root_certificate_pem: string
  readonly alipay_public_key_pem: string
  readonly alipay_certificate_pem: string
}

export function alipayKeyBundle(
  keys: AlipayKeys,
  who: Pick<AlipayKeyBundle, 'app_id' | 'seller_id'>,
): AlipayKeyBundle {
  return {
    ...who,
    mode: keys.mode,
    app_private_key_pem: keys.app.privateKeyPem,
    app_certificate_pem: keys.app.certificatePem,
    root_certificate_pem: keys.root.certificatePem,
    alipay_public_key_pem: keys.alipay.publicKeyPem,
    alipay_certificate_pem: keys.alipay.certificatePem,
  }
}
