/** A domain of the operator's in front of an HTTP API: regional, TLS 1.2 or newer, with client certificates where asked. */
import { CfnApiMapping, CfnDomainName } from 'aws-cdk-lib/aws-apigatewayv2'
import { Construct } from 'constructs'
import type { DomainSettings } from '#infra/stage/setting-groups.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import type { HttpEntry } from './http-entry.ts'

export interface ApiDomainProps {
  readonly domain: DomainSettings
  readonly entry: HttpEntry
  /** @default no client certificates */
  readonly mutualTls?: Extract<SystemSettings['merchantAuthorization'], { type: 'mtls' }> | undefined
}

export class ApiDomain extends Construct {
  /** Where the DNS record of the domain has to point. */
  readonly target: string

  constructor(scope: Construct, id: string, { domain, entry, mutualTls }: ApiDomainProps) {
    super(scope, id)
    const name = new CfnDomainName(this, 'Domain', {
      domainName: domain.name,
      domainNameConfigurations: [
        {
          endpointType: 'REGIONAL',
          certificateArn: domain.certificateArn,
          securityPolicy: 'TLS_1_2',
          ...(domain.ownershipCertificateArn === undefined
            ? {}
            : { ownershipVerificationCertificateArn: domain.ownershipCertificateArn }),
        },
      ],
      ...(mutualTls === undefined
        ? {}
        : {
            mutualTlsAuthentication: {
              truststoreUri: mutualTls.truststoreUri,
              ...(mutualTls.truststoreVersion === undefined
                ? {}
                : { truststoreVersion: mutualTls.truststoreVersion }),
            },
          }),
    })
    this.target = name.attrRegionalDomainName
    const mapping = new CfnApiMapping(this, 'Mapping', {
      apiId: entry.apiId,
      domainName: name.ref,
      stage: entry.stage.ref,
    })
    mapping.node.addDependency(name)
  }
}
