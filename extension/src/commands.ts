/** The commands that the manifest contributes. Their names are part of users' key bindings, so they never change. */
export const commands = {
  openSettings: 'litellm-gateway.openSettings',
  showModels: 'litellm-gateway.showModels',
  refreshModels: 'litellm-gateway.refreshModels',
  countTokens: 'litellm-gateway.countTokens',
  showLog: 'litellm-gateway.showLog',
  showUsage: 'litellm-gateway.showUsage',
  importSettings: 'litellm-gateway.importSettings',
  exportSettings: 'litellm-gateway.exportSettings',
  setUp: 'litellm-gateway.setUp',
  useWithoutGitHub: 'litellm-gateway.useWithoutGitHub',
  openWalkthrough: 'litellm-gateway.openWalkthrough',
  startLocalGateway: 'litellm-gateway.startLocalGateway',
} as const;
