// Chains and trees of ITEM, as the starters describe them.
struct ListNode {
    ITEM val;
    ListNode* next;
    ListNode(ITEM val = ITEM(), ListNode* next = nullptr) : val(val), next(next) {}
};
struct TreeNode {
    ITEM val;
    TreeNode *left, *right;
    TreeNode(ITEM val = ITEM(), TreeNode* left = nullptr, TreeNode* right = nullptr) : val(val), left(left), right(right) {}
};
namespace viva {
template <> struct In<ListNode*> {
    static ListNode* get() {
        ListNode head;
        ListNode* last = &head;
        for (long long count = whole(); count > 0; count--) last = last->next = new ListNode(In<ITEM>::get());
        return head.next;
    }
};
template <> struct In<TreeNode*> {
    static TreeNode* get() {
        auto nodes = In<std::vector<std::optional<ITEM>>>::get();
        if (nodes.empty()) return nullptr;
        TreeNode* root = new TreeNode(*nodes[0]);
        std::deque<TreeNode*> waiting{root};
        for (std::size_t next = 1; next < nodes.size();) {
            TreeNode* node = waiting.front();
            waiting.pop_front();
            for (TreeNode** side : {&node->left, &node->right}) {
                if (next < nodes.size() && nodes[next]) waiting.push_back(*side = new TreeNode(*nodes[next]));
                next++;
            }
        }
        return root;
    }
};
inline void put(ListNode* node) {
    std::vector<ITEM> values;
    for (; node; node = node->next) values.push_back(node->val);
    put(values);
}
inline void put(TreeNode* root) {
    std::vector<std::optional<ITEM>> values;
    std::deque<TreeNode*> waiting{root};
    while (!waiting.empty()) {
        TreeNode* node = waiting.front();
        waiting.pop_front();
        if (node) {
            values.push_back(node->val);
            waiting.push_back(node->left);
            waiting.push_back(node->right);
        } else {
            values.push_back(std::nullopt);
        }
    }
    while (!values.empty() && !values.back()) values.pop_back();
    put(values);
}
}  // namespace viva
