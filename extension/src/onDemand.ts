/**
 * What only some sessions need: the settings panel, commands, and what the agent's tools answer. An engine reads all of a bundle
 * before any of it runs, so in Node.js this is one of its own, which `loadOnDemand.ts` loads; what it has in common with the
 * extension's stands in a third. The web host takes one file only, and all of this is in it.
 */
export { toolAnswers } from './agentTools/toolAnswers.ts';
export { countTokens } from './countTokensCommand.ts';
export { setUp } from './firstRun/setUp.ts';
export { useWithoutGitHub } from './firstRun/withoutGitHub.ts';
export { exportSettings } from './imports/exportCommand.ts';
export { importSettings } from './imports/importCommand.ts';
export { startLocalGateway } from './localGateway/startLocalGateway.ts';
export { SettingsPanel } from './settingsPanel.ts';
export { showUsage } from './usageCommand.ts';
