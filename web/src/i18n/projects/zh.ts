/** 项目及团队共享对话的文字（简体中文）。 */
import type { ProjectsWords } from "./en";

export const projectsZh: ProjectsWords = {
  projects: "项目",
  failed: "无法加载您的项目。",
  openChats: (project) => `显示 ${project} 的对话`,
  closeChats: (project) => `隐藏 ${project} 的对话`,
  newChatIn: (project) => `在 ${project} 中新建对话`,
  allChats: "全部对话",
  noChatsYet: "还没有对话",
  inProject: (project, team) => `位于 ${project}，与 ${team} 共享`,

  goneTitle: "找不到此项目",
  goneText: "它可能已被删除，或您已不在其团队中。",
  lead: (team) => `${team} 的成员可以查看并继续这里的对话。`,
  keys: "密钥与成员",
  search: "搜索此项目",
  empty: "此项目还没有对话",
  emptyText: "可在此新建，或从您的对话菜单中移入。",
  nothingFound: (query) => `未找到“${query}”。`,
  you: "您",
  somebodyGone: "已离开的成员",
  said: (name) => `${name} 说`,

  move: "移至项目…",
  moveElsewhere: "移动…",
  moveTitle: "移动此对话",
  moveText: "项目所属团队的所有成员都能查看并继续其中的对话。",
  nowhere: "不属于任何项目",
  nowhereText: "仅您可见",
  here: "目前在此",
};
